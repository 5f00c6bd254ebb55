// "Are you sure?", where an element asks for it.

import { useLayoutEffect, type ReactNode } from "react";
import type { Json } from "./protocol";
import { Text } from "./blocks";

export function Confirm({
  confirm,
  yes,
  no,
}: {
  confirm: Json;
  yes: () => void;
  no: () => void;
}): ReactNode {
  useLayoutEffect(() => {
    const escape = (event: KeyboardEvent) => event.key === "Escape" && no();
    window.addEventListener("keydown", escape);
    return () => window.removeEventListener("keydown", escape);
  }, [no]);
  return (
    <div className="veil" onClick={no}>
      <div
        className="dialog small"
        role="alertdialog"
        aria-label={confirm.title?.text}
        onClick={(event) => event.stopPropagation()}
      >
        <header>
          <h2>{confirm.title?.text}</h2>
        </header>
        <div className="dialog-body">
          <Text text={confirm.text?.text ?? ""} />
        </div>
        <footer>
          <button type="button" className="button" onClick={no}>
            {confirm.deny?.text ?? "Cancel"}
          </button>
          <button type="button" className={`button ${confirm.style ?? "primary"}`} onClick={yes}>
            {confirm.confirm?.text ?? "Yes"}
          </button>
        </footer>
      </div>
    </div>
  );
}
