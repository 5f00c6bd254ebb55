// What a person uses in a message or view: buttons and menus that act at once.

import { useState, type ReactNode } from "react";
import { usePage } from "./context";
import { Confirm } from "./confirm";
import { Field, isMenu } from "./fields";
import type { Json, Place } from "./protocol";

export interface Used {
  element: Json;
  block: Json;
  place: Place;
}

export function Control({ element, block, place }: Used): ReactNode {
  if (/button$/.test(element.type)) return <Button element={element} block={block} place={place} />;
  if (element.type === "feedback_buttons") return null;
  return <ActingField element={element} block={block} place={place} />;
}

function Button({ element, block, place }: Used): ReactNode {
  const { act } = usePage();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const click = async () => {
    setAsking(false);
    setBusy(true);
    if (element.url) window.open(element.url, "_blank", "noopener,noreferrer");
    await act({ do: "clicks", place, button: idsOf(element, block) });
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        className={`button ${element.style ?? ""}`}
        disabled={busy}
        aria-busy={busy}
        aria-label={element.accessibility_label}
        onClick={() => (element.confirm ? setAsking(true) : void click())}
      >
        {element.text?.text ?? element.icon ?? "…"}
      </button>
      {asking && <Confirm confirm={element.confirm} yes={click} no={() => setAsking(false)} />}
    </>
  );
}

/** A menu or picker outside a form's fields: the app hears of every choice. */
function ActingField({ element, block, place }: Used): ReactNode {
  const { act } = usePage();
  const [value, setValue] = useState<Json>(undefined);
  const [busy, setBusy] = useState(false);
  const change = async (chosen: Json) => {
    setValue(chosen);
    setBusy(true);
    await act({ do: "selects", place, menu: idsOf(element, block), option: spoken(chosen) });
    setBusy(false);
  };
  return (
    <span className={isMenu(element) ? "menu-holder" : "field-holder"} aria-busy={busy}>
      <Field element={element} block={block} place={place} value={value} change={change} />
    </span>
  );
}

export function idsOf(element: Json, block: Json): Json {
  return { block_id: block.block_id, action_id: element.action_id };
}

/** A choice as the control interface takes it: values of options, and plain texts. */
function spoken(chosen: Json): Json {
  const one = (each: Json) =>
    typeof each === "object" && each !== null ? each.value : String(each);
  return Array.isArray(chosen) ? chosen.map(one) : one(chosen);
}
