// Where one writes: a line, its history, and the hint of a slash command.

import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { usePage } from "./context";
import type { Channel } from "./protocol";

export function Composer({
  channel,
  threadTs,
}: {
  channel: Channel;
  threadTs?: string;
}): ReactNode {
  const { seen, act } = usePage();
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const history = useRef<string[]>([]);
  const place = useRef(0);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    box.current!.style.height = "auto";
    box.current!.style.height = `${box.current!.scrollHeight}px`;
  }, [text]);

  const name = nameOf(channel, seen.people);
  const isMember = channel.members.includes(seen.me);
  const send = async () => {
    const line = text.trim();
    if (!line) return;
    history.current.push(line);
    place.current = history.current.length;
    setText("");
    const answer = await act({
      do: "types",
      text: line,
      channel: channel.id,
      thread_ts: threadTs ?? null,
    });
    setError(answer.ok ? undefined : answer.error);
  };
  const recall = (step: number) => {
    place.current = Math.min(Math.max(place.current + step, 0), history.current.length);
    setText(history.current[place.current] ?? "");
  };
  const press = (event: KeyboardEvent) => {
    const hinted =
      text.startsWith("/") && !text.includes(" ") ? fitting(seen.usage, text)[0] : undefined;
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "Tab" && hinted) {
      event.preventDefault();
      setText(`${hinted} `);
    } else if (event.key === "ArrowUp" && (text === "" || place.current < history.current.length)) {
      event.preventDefault();
      recall(-1);
    } else if (event.key === "ArrowDown" && place.current < history.current.length) {
      event.preventDefault();
      recall(1);
    }
  };
  if (channel.is_archived) return <p className="composer-none">This channel is archived.</p>;
  if (!isMember) return <p className="composer-none">You are not in #{channel.name}.</p>;
  return (
    <div className="composer">
      {error && (
        <p className="problem" role="alert">
          ⚠ {error}
        </p>
      )}
      <Hints
        usage={seen.usage}
        text={text}
        choose={(command) => (setText(`${command} `), box.current?.focus())}
      />
      <div className="composer-box">
        <textarea
          ref={box}
          rows={1}
          value={text}
          aria-label={threadTs ? "Reply" : `Message ${name}`}
          placeholder={threadTs ? "Reply…" : `Message ${name}`}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={press}
        />
        <button type="button" aria-label="Send" disabled={!text.trim()} onClick={() => void send()}>
          ➤
        </button>
      </div>
    </div>
  );
}

/** The app's slash commands, with what goes behind them. */
function Hints({
  usage,
  text,
  choose,
}: {
  usage: Record<string, string>;
  text: string;
  choose: (command: string) => void;
}): ReactNode {
  if (!text.startsWith("/")) return null;
  const found = fitting(usage, text.split(" ")[0]!);
  if (found.length === 0) return null;
  return (
    <div className="hints" role="status">
      {found.map((command) => (
        <button key={command} type="button" onClick={() => choose(command)}>
          <b>{command}</b> <span>{usage[command]}</span> <span className="quiet">qfbot</span>
        </button>
      ))}
    </div>
  );
}

export function nameOf(channel: Channel, people: Record<string, { name: string }>): string {
  if (channel.kind !== "im") return `#${channel.name}`;
  return people[channel.with ?? ""]?.name ?? "direct message";
}

function fitting(usage: Record<string, string>, typed: string): string[] {
  return Object.keys(usage).filter((command) => command.startsWith(typed));
}
