// A form: its fields, errors where they belong, and what is sent.

import { useLayoutEffect, useMemo, useState, type ReactNode } from "react";
import { Blocks } from "./blocks";
import { PageContext, usePage, type Page } from "./context";
import { heldIn, spoken, spokenValue, stillThere, withValue, type Entered } from "./entered";
import { Field } from "./fields";
import type { Answer, Json, View } from "./protocol";

export function Modal({ view }: { view: View }): ReactNode {
  const { content } = view;
  const [all, setAll] = useState<Entered>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const entered = useMemo(() => stillThere(all, view), [all, view]);
  const page = useFormsPage(entered, setProblem);

  const close = () => void page.act({ do: "closes" });
  const submit = async () => {
    setBusy(true);
    await page.act({ do: "submits", values: spoken(entered) });
    setBusy(false);
  };
  useLayoutEffect(() => {
    const escape = (event: KeyboardEvent) => event.key === "Escape" && close();
    window.addEventListener("keydown", escape);
    return () => window.removeEventListener("keydown", escape);
  });
  return (
    <PageContext.Provider value={page}>
      <div className="veil">
        <form
          className="dialog"
          role="dialog"
          aria-label={content.title?.text}
          noValidate
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
                {problem}
              </p>
            )}
            {(content.blocks as Json[]).map((block, index) =>
              block.type === "input" ? (
                <Input
                  key={block.block_id ?? index}
                  block={block}
                  view={view}
                  entered={entered}
                  setEntered={setAll}
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
    </PageContext.Provider>
  );
}

/** The page as it is for what stands in a form: all that is used there tells what was entered. */
function useFormsPage(entered: Entered, setProblem: (problem?: string) => void): Page {
  const page = usePage();
  return useMemo(() => {
    const act = async (verb: Json): Promise<Answer> => {
      const answer = await page.act(verb.place ? { values: spoken(entered), ...verb } : verb);
      if (verb.do !== "options" && verb.do !== "uploads") setProblem(problemOf(answer));
      return answer;
    };
    return { ...page, act };
  }, [page, entered, setProblem]);
}

function problemOf(answer: Answer): string | undefined {
  if (!answer.ok) return answer.error;
  return answer.problem
    ? `We had some trouble connecting. Try again? (${answer.problem})`
    : undefined;
}

interface InputProps {
  block: Json;
  view: View;
  entered: Entered;
  setEntered: (change: (before: Entered) => Entered) => void;
}

function Input({ block, view, entered, setEntered }: InputProps): ReactNode {
  const { act } = usePage();
  const { element } = block;
  const error = view.errors[block.block_id];
  const value = heldIn(entered, view, block);
  const dispatch = (next: Json) =>
    void act({
      do: "selects",
      place: { view: view.id },
      menu: { block_id: block.block_id, action_id: element.action_id },
      option: spokenValue(next),
      values: spoken(withValue(entered, view, block, next)),
    });
  const change = (next: Json) => {
    setEntered((before) => withValue(before, view, block, next));
    if (dispatchesOn(block, "on_character_entered")) dispatch(next);
  };
  return (
    <div
      className={error ? "input-block wrong" : "input-block"}
      onKeyDown={(event) => {
        const isDone = event.key === "Enter" && isTyped(element) && !element.multiline;
        if (!isDone || !dispatchesOn(block, "on_enter_pressed")) return;
        event.preventDefault();
        dispatch(value ?? element.initial_value ?? "");
      }}
    >
      <p className="label">
        {block.label.text}
        {block.optional && <span className="quiet"> (optional)</span>}
      </p>
      <Field
        element={element}
        block={block}
        place={{ view: view.id }}
        value={value}
        change={change}
        label={block.label.text}
        optional={block.optional}
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

function isTyped(element: Json): boolean {
  return /_input$/.test(element.type) && element.type !== "file_input";
}

/** Whether the app is told at this moment: of typed text as it wishes, of a choice at once. */
function dispatchesOn(block: Json, moment: string): boolean {
  if (!block.dispatch_action) return false;
  if (!isTyped(block.element)) return moment === "on_character_entered";
  // https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object/
  const wanted = block.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  return wanted.includes(moment);
}
