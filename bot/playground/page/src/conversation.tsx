// A channel or a thread: its messages, and the line where one writes.

import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Composer } from "./composer";
import { usePage } from "./context";
import { day } from "./dates";
import { MessageRow } from "./message";
import type { Channel, Message } from "./protocol";
import { inChannel, inThread } from "./seen";

const GROUPED_SECONDS = 300;
const NEAR_THE_END_PIXELS = 120;

export function Conversation({
  channel,
  newFrom,
}: {
  channel: Channel;
  newFrom: string;
}): ReactNode {
  const { seen } = usePage();
  const messages = inChannel(seen, channel.id);
  return (
    <>
      <MessageList key={channel.id} messages={messages} newFrom={newFrom} />
      <Composer channel={channel} />
    </>
  );
}

export function Thread({
  channel,
  ts,
  close,
}: {
  channel: Channel;
  ts: string;
  close: () => void;
}): ReactNode {
  const { seen } = usePage();
  return (
    <section className="thread" aria-label="Thread">
      <header>
        <h2>
          Thread <span className="quiet">{channel.kind === "im" ? "" : `#${channel.name}`}</span>
        </h2>
        <button type="button" className="bare" aria-label="Close the thread" onClick={close}>
          ✕
        </button>
      </header>
      <MessageList key={ts} messages={inThread(seen, channel.id, ts)} inThreadPanel />
      <Composer channel={channel} threadTs={ts} />
    </section>
  );
}

interface ListProps {
  messages: Message[];
  newFrom?: string;
  inThreadPanel?: boolean;
}

function MessageList({ messages, newFrom, inThreadPanel = false }: ListProps): ReactNode {
  const { seen } = usePage();
  const reader = seen.people[seen.me]!;
  const last = messages[messages.length - 1]?.ts;
  const { list, missed, toTheEnd } = useFollowing(
    last,
    messages.map((each) => each.revision).join(),
  );
  const firstNew =
    newFrom && messages.find((each) => each.ts > newFrom && each.user !== seen.me)?.ts;
  return (
    <div className="list-holder">
      <div className="messages" ref={list} role="log">
        <div className="messages-inner">
          {messages.length === 0 && (
            <p className="quiet nothing">Nothing has been said here yet.</p>
          )}
          {messages.map((message, index) => {
            const before = messages[index - 1];
            const today = day(Number(message.ts), reader);
            const newDay = !inThreadPanel && (!before || day(Number(before.ts), reader) !== today);
            const isFirstNew = message.ts === firstNew && before !== undefined;
            return (
              <div key={message.ts}>
                {newDay && (
                  <div className="day">
                    <span>{today}</span>
                  </div>
                )}
                {isFirstNew && (
                  <div className="new-line">
                    <span>New</span>
                  </div>
                )}
                <MessageRow
                  message={message}
                  grouped={!newDay && !isFirstNew && belongsTo(message, before)}
                  inThreadPanel={inThreadPanel}
                />
              </div>
            );
          })}
        </div>
      </div>
      {missed && (
        <button type="button" className="to-the-end" onClick={toTheEnd}>
          ↓ New messages
        </button>
      )}
    </div>
  );
}

interface Following {
  list: React.RefObject<HTMLDivElement | null>;
  missed: boolean;
  toTheEnd: () => void;
}

/** A list that stays at its end while new things come, unless somebody has scrolled up. */
function useFollowing(last: string | undefined, revisions: string): Following {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [missed, setMissed] = useState(false);
  const toTheEnd = () => {
    list.current!.scrollTop = list.current!.scrollHeight;
  };
  useEffect(() => {
    const box = list.current!;
    const look = () => {
      atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_THE_END_PIXELS;
      if (atEnd.current) setMissed(false);
    };
    const stay = new ResizeObserver(() => {
      if (atEnd.current) toTheEnd();
    });
    box.addEventListener("scroll", look);
    stay.observe(box);
    stay.observe(box.firstElementChild!);
    return () => {
      box.removeEventListener("scroll", look);
      stay.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    if (atEnd.current) toTheEnd();
  }, [last, revisions]);
  useEffect(() => {
    if (!atEnd.current) setMissed(true);
  }, [last]);
  return { list, missed, toTheEnd };
}

function belongsTo(message: Message, before: Message | undefined): boolean {
  return (
    before !== undefined &&
    before.user === message.user &&
    !before.ephemeral &&
    !message.ephemeral &&
    message.blocks.length === 0 &&
    Number(message.ts) - Number(before.ts) < GROUPED_SECONDS
  );
}
