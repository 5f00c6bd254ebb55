// The line to the playground: changes come by a WebSocket, verbs go by POST.

import { useEffect, useReducer, useState } from "react";
import type { Answer, Change, Json } from "./protocol";
import { beginning, reduced, type Seen } from "./seen";

const RETRY_MILLISECONDS = 1000;

/** What this person sees, kept up to date; `connected` is false while the line is down. */
export function useFeed(as: string): { seen: Seen; connected: boolean } {
  const [seen, change] = useReducer(reduced, beginning);
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    let socket: WebSocket | undefined;
    let again: number | undefined;
    let over = false;
    const open = () => {
      const address = `ws://${location.host}/control/feed?as=${encodeURIComponent(as)}`;
      socket = new WebSocket(address);
      socket.onopen = () => setConnected(true);
      socket.onmessage = (event) => change(JSON.parse(event.data) as Change);
      socket.onclose = () => {
        setConnected(false);
        if (!over) again = window.setTimeout(open, RETRY_MILLISECONDS);
      };
    };
    open();
    return () => {
      over = true;
      window.clearTimeout(again);
      socket?.close();
    };
  }, [as]);
  return { seen, connected };
}

/** Send a verb; whatever goes wrong on the way is an answer too. */
export async function post(path: "act" | "world" | "faults", verb: Json): Promise<Answer> {
  try {
    const response = await fetch(`/control/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(verb),
    });
    return (await response.json()) as Answer;
  } catch {
    return { ok: false, error: "The playground does not answer. Does it still run?" };
  }
}
