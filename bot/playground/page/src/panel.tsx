// The playground's own side: time, runs, what goes wrong, and what goes over the line.

import { useEffect, useState, type ReactNode } from "react";
import { post } from "./connection";
import { usePage } from "./context";
import { Lives } from "./lives";
import { dateAndTime } from "./dates";
import type { Answer, Json } from "./protocol";
import { worldNow } from "./seen";
import { TrafficList } from "./traffic";

const TABS = ["World", "Faults", "Traffic"] as const;
type Tab = (typeof TABS)[number];

export function Panel({ close }: { close: () => void }): ReactNode {
  const { seen } = usePage();
  const [tab, setTab] = useState<Tab>("World");
  const [error, setError] = useState<string>();
  const tell = (answer: Answer) => setError(answer.ok ? answer.pending || undefined : answer.error);
  return (
    <aside className="panel" aria-label="Playground">
      <header>
        <div className="tabs" role="tablist">
          {TABS.map((each) => (
            <button
              key={each}
              type="button"
              role="tab"
              aria-selected={each === tab}
              onClick={() => setTab(each)}
            >
              {each}
              {each === "Faults" && seen.faults.length > 0 && (
                <span className="badge">{seen.faults.length}</span>
              )}
            </button>
          ))}
        </div>
        <button type="button" className="bare" aria-label="Close the panel" onClick={close}>
          ✕
        </button>
      </header>
      {error && (
        <p className="problem" role="alert">
          {error}
        </p>
      )}
      <div className="panel-body">
        {tab === "World" && (
          <>
            <WorldTime tell={tell} />
            <Lives tell={tell} />
          </>
        )}
        {tab === "Faults" && <Faults tell={tell} />}
        {tab === "Traffic" && <TrafficList />}
      </div>
    </aside>
  );
}

const WAITS: [string, number][] = [
  ["10 min", 600],
  ["1 h", 3600],
  ["8 h", 28800],
];
const SPEEDS = [1, 60, 600];

function WorldTime({ tell }: { tell: (answer: Answer) => void }): ReactNode {
  const { seen } = usePage();
  const [waiting, setWaiting] = useState(false);
  const now = useNow(250);
  const reader = seen.people[seen.me]!;
  const world = async (verb: Json) => tell(await post("world", verb));
  const wait = async (seconds: number) => {
    setWaiting(true);
    await world({ do: "wait", seconds });
    setWaiting(false);
  };
  const standing = seen.time.speed === 0 && !waiting;
  return (
    <section className="world-time">
      <p className="clock" data-now={now}>
        <b>{dateAndTime(worldNow(seen), reader)}</b>
        <span className="quiet">
          {waiting
            ? "the world moves on…"
            : standing
              ? "the world stands still"
              : `${seen.time.speed} × as fast as yours`}
        </span>
      </p>
      <div className="row-of-controls">
        <span className="quiet label">Wait</span>
        {WAITS.map(([name, seconds]) => (
          <button
            key={name}
            type="button"
            className="button"
            disabled={waiting}
            onClick={() => void wait(seconds)}
          >
            {name}
          </button>
        ))}
      </div>
      <div className="row-of-controls">
        <span className="quiet label">Speed</span>
        <button
          type="button"
          className={standing ? "button on" : "button"}
          disabled={waiting}
          aria-label="Stop the world"
          onClick={() => void world({ do: "stop" })}
        >
          ❚❚
        </button>
        {SPEEDS.map((speed) => (
          <button
            key={speed}
            type="button"
            className={seen.time.speed === speed ? "button on" : "button"}
            disabled={waiting}
            onClick={() => void world({ do: "speed", speed })}
          >
            {speed}×
          </button>
        ))}
      </div>
    </section>
  );
}

const TROUBLES: [string, Json][] = [
  ["Qianfan is down", { do: "qianfan", status: 503 }],
  ["Qianfan throttles", { do: "qianfan", status: 429, retry_after: 5 }],
  ["Qianfan is slow (5 s)", { do: "qianfan", delay: 5 }],
  ["Qianfan answers nonsense", { do: "qianfan", garble: "html" }],
  ["Slack throttles (429)", { do: "slack", status: 429, retry_after: 2 }],
  ["Slack has errors (500)", { do: "slack", status: 500 }],
  ["Slack loses answers", { do: "slack", drop: "after", method: "chat.postMessage" }],
  ["Slack takes no files", { do: "slack", status: 500, method: "upload" }],
  ["Slack does not process files", { do: "processing", works: false }],
  ["The socket delivers nothing", { do: "sockets", become: "mute" }],
  ["The socket is deaf", { do: "sockets", become: "deaf" }],
  ["Cut the socket now", { do: "sockets", become: "cut" }],
];

function Faults({ tell }: { tell: (answer: Answer) => void }): ReactNode {
  const { seen } = usePage();
  const put = async (verb: Json) => tell(await post("faults", verb));
  return (
    <section className="faults">
      <h3>In force now</h3>
      {seen.faults.length === 0 && <p className="quiet">Nothing: all is well.</p>}
      <ul>
        {seen.faults.map((fault, index) => (
          <li key={index}>{fault}</li>
        ))}
      </ul>
      {seen.faults.length > 0 && (
        <button type="button" className="button primary" onClick={() => void put({ do: "clear" })}>
          End all faults
        </button>
      )}
      <h3>Let something go wrong</h3>
      <div className="stack-of-controls">
        {TROUBLES.map(([name, verb]) => (
          <button key={name} type="button" className="button" onClick={() => void put(verb)}>
            {name}
          </button>
        ))}
      </div>
    </section>
  );
}

/** Draws anew so many times a second, for clocks. */
function useNow(milliseconds: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), milliseconds);
    return () => window.clearInterval(timer);
  }, [milliseconds]);
  return now;
}
