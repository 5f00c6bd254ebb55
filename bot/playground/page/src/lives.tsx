// The runs: where each is in its life, what is to come, and a hand to change it.

import type { ReactNode } from "react";
import { post } from "./connection";
import { usePage } from "./context";
import { length } from "./dates";
import { Overflow } from "./menu";
import type { Answer, Life } from "./protocol";
import { worldNow } from "./seen";

const BECOMES: [string, string][] = [
  ["finished", "Let it finish now"],
  ["failed", "Let it fail now"],
  ["stopped", "Stop it elsewhere"],
  ["queued", "Back into the queue"],
  ["gone", "Let it vanish"],
];

export function Lives({ tell }: { tell: (answer: Answer) => void }): ReactNode {
  const { seen } = usePage();
  const living = seen.lives.filter((each) => !each.final);
  const ended = seen.lives.filter((each) => each.final);
  return (
    <section className="lives">
      <header>
        <h3>Runs and their lives</h3>
        <button
          type="button"
          className="button"
          onClick={() => void post("world", { do: "start" }).then(tell)}
        >
          + New run
        </button>
      </header>
      {living.reverse().map((life) => (
        <LifeRow key={life.id} life={life} tell={tell} />
      ))}
      {ended.length > 0 && (
        <details>
          <summary className="quiet">{ended.length} that ended</summary>
          {ended.reverse().map((life) => (
            <LifeRow key={life.id} life={life} tell={tell} />
          ))}
        </details>
      )}
    </section>
  );
}

function LifeRow({ life, tell }: { life: Life; tell: (answer: Answer) => void }): ReactNode {
  const { seen } = usePage();
  const become = (state: string) =>
    void post("world", { do: "run", id: life.id, becomes: state }).then(tell);
  return (
    <div className={`life ${life.final ? "over" : ""}`}>
      <p>
        <b>{life.name}</b>
        <span className={`state ${tone(life)}`}>{life.state}</span>
        <Overflow
          options={BECOMES.map(([value, text]) => ({ value, text: { text } }))}
          choose={(option) => become(option.value)}
        />
      </p>
      <p>
        <code>{life.id}</code>
        <span className="quiet">{outlook(life, worldNow(seen))}</span>
      </p>
      {!life.final && (
        <progress max={100} value={life.progress} aria-label={`${life.progress} %`} />
      )}
      {life.message && <p className="failure">{life.message}</p>}
    </div>
  );
}

/** What the plan has in store, which nobody but the playground can know. */
function outlook(life: Life, now: number): string {
  if (life.final) return life.kind;
  const next = life.stages.find((each) => each.since > now);
  return next ? `${next.state} in ${length(next.since - now)}` : "until further notice";
}

function tone(life: Life): string {
  if (life.failed) return "bad";
  if (life.final) return "good";
  return life.progress > 0 ? "busy" : "";
}
