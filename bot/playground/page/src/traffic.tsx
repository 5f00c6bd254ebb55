// What goes over the line between the bot, Slack and Qianfan; secrets are struck out by the server.

import { useState, type ReactNode } from "react";
import { usePage } from "./context";
import { clockTime } from "./dates";
import type { Json, Traffic } from "./protocol";

const ARROWS: Record<Traffic["way"], string> = {
  "to the bot": "Slack → bot",
  "from the bot": "bot → Slack",
  line: "line",
  qianfan: "bot → Qianfan",
};
const SHOWN = ["All", "Slack", "Qianfan"] as const;

export function TrafficList(): ReactNode {
  const { seen } = usePage();
  const [shown, setShown] = useState<(typeof SHOWN)[number]>("All");
  const entries = seen.traffic.filter(
    (each) => shown === "All" || (each.way === "qianfan") === (shown === "Qianfan"),
  );
  return (
    <section className="traffic">
      <div className="row-of-controls" role="radiogroup" aria-label="Show">
        {SHOWN.map((each) => (
          <button
            key={each}
            type="button"
            role="radio"
            aria-checked={each === shown}
            className={each === shown ? "button on" : "button"}
            onClick={() => setShown(each)}
          >
            {each}
          </button>
        ))}
      </div>
      {[...entries].reverse().map((each) => (
        <Entry key={`${each.way}${each.number}`} entry={each} />
      ))}
    </section>
  );
}

function Entry({ entry }: { entry: Traffic }): ReactNode {
  const { seen } = usePage();
  const time = clockTime(entry.at, seen.people[seen.me]!);
  const took = entry.seconds === undefined ? "" : ` · ${Math.round(entry.seconds * 1000)} ms`;
  return (
    <details className={entry.ok ? "entry" : "entry bad"}>
      <summary>
        <span className="way">{ARROWS[entry.way]}</span>
        <b>{entry.name}</b>
        <span className="outcome">
          {entry.outcome}
          {took}
          {entry.attempt ? ` · attempt ${entry.attempt + 1}` : ""}
        </span>
        <time>{time}</time>
      </summary>
      {entry.details !== undefined && <pre>{JSON.stringify(readable(entry.details), null, 1)}</pre>}
    </details>
  );
}

/** Arguments that are JSON within JSON are shown as what they mean. */
function readable(value: Json): Json {
  if (typeof value === "string" && /^[[{]/.test(value)) {
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(readable);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, readable(inner)]),
    );
  }
  return value;
}
