// A form: its fields, errors where they belong, and what is sent.

import { useLayoutEffect, useState, type ReactNode } from "react";
import { Blocks } from "./blocks";
import { usePage } from "./context";
import { Field } from "./fields";
import type { Json, View } from "./protocol";

export function Modal({ view }: { view: View }): ReactNode {
  const { act } = usePage();
  const [values, setValues] = useState<Record<string, Json>>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const { content } = view;

  const close = () => void act({ do: "closes" });
  const submit = async () => {
    setBusy(true);
    const answer = await act({ do: "submits", values: spoken(values) });
    setProblem(answer.ok ? (answer.problem ?? undefined) : answer.error);
    setBusy(false);
  };
  useLayoutEffect(() => {
    const escape = (event: KeyboardEvent) => event.key === "Escape" && close();
    window.addEventListener("keydown", escape);
    return () => window.removeEventListener("keydown", escape);
  });
  return (
    <div className="veil">
      <form
        className="dialog"
        role="dialog"
        aria-label={content.title?.text}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          <span className="avatar small app">qf</span>
          <h2>{content.title?.text}</h2>
          <button type="button" className="bare" aria-label="Close" onClick={close}>
            ✕
          </button>
        </header>
        <div className="dialog-body">
          {problem && (
            <p className="problem" role="alert">
              We had some trouble connecting. Try again? ({problem})
            </p>
          )}
          {(content.blocks as Json[]).map((block, index) =>
            block.type === "input" ? (
              <Input
                key={block.block_id ?? index}
                block={block}
                view={view}
                value={values[block.block_id]}
                change={(value) => setValues({ ...values, [block.block_id]: value })}
              />
            ) : (
              <Blocks key={block.block_id ?? index} blocks={[block]} place={{ view: view.id }} />
            ),
          )}
        </div>
        <footer>
          <button type="button" className="button" onClick={close}>
            {content.close?.text ?? "Cancel"}
          </button>
          {content.submit && (
            <button type="submit" className="button primary" disabled={busy} aria-busy={busy}>
              {content.submit.text}
            </button>
          )}
        </footer>
      </form>
    </div>
  );
}

interface InputProps {
  block: Json;
  view: View;
  value: Json;
  change: (value: Json) => void;
}

function Input({ block, view, value, change }: InputProps): ReactNode {
  const { act } = usePage();
  const error = view.errors[block.block_id];
  const entered = async (next: Json) => {
    change(next);
    if (block.dispatch_action) {
      const menu = { block_id: block.block_id, action_id: block.element.action_id };
      await act({
        do: "selects",
        place: { view: view.id },
        menu,
        option: next?.value ?? String(next),
      });
    }
  };
  return (
    <div className={error ? "input-block wrong" : "input-block"}>
      <p className="label">
        {block.label.text}
        {block.optional && <span className="quiet"> (optional)</span>}
      </p>
      <Field
        element={block.element}
        block={block}
        place={{ view: view.id }}
        value={value}
        change={(next) => void entered(next)}
        label={block.label.text}
      />
      {error && (
        <p className="field-error" role="alert">
          ⚠ {error}
        </p>
      )}
      {block.hint && <p className="quiet hint">{block.hint.text}</p>}
    </div>
  );
}

/** Options are told by their value, so that a menu's search may have forgotten them. */
function spoken(values: Record<string, Json>): Record<string, Json> {
  const one = (value: Json) => value?.value ?? value;
  return Object.fromEntries(
    Object.entries(values).map(([block, value]) => [
      block,
      Array.isArray(value) ? value.map(one) : one(value),
    ]),
  );
}
