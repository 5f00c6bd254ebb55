// A menu that opens, searches and closes.

import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import type { Answer, Json } from "./protocol";

const TYPING_MILLISECONDS = 150;
const GAP_PIXELS = 4;
const ROOM_PIXELS = 320;
const NARROWEST_PIXELS = 200;
const WIDEST_PIXELS = 340;

interface MenuProps {
  label?: string;
  placeholder: string;
  groups: Json[];
  ask?: (query: string) => Promise<Answer>;
  shortest: number;
  several: boolean;
  /** Whether a choice may be taken back. */
  clearable: boolean;
  chosen: Json[];
  change: (options: Json[]) => void;
}

export function Menu(props: MenuProps): ReactNode {
  const { chosen, several, change } = props;
  const [open, setOpen] = useState(false);
  const holder = useClosing(() => setOpen(false));
  const choose = (option: Json) => {
    if (!several) {
      setOpen(false);
      return change([option]);
    }
    const left = chosen.filter((each) => each.value !== option.value);
    change(left.length === chosen.length ? [...chosen, option] : left);
  };
  const shown = chosen.map((each) => each?.text?.text ?? String(each)).join(", ");
  return (
    <span className="menu" ref={holder}>
      <button
        type="button"
        className="menu-button"
        aria-haspopup="listbox"
        aria-label={props.label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span className={shown ? "" : "quiet"}>{shown || props.placeholder}</span>
        <span aria-hidden="true">▾</span>
      </button>
      {open && (
        <Offer
          {...props}
          choose={choose}
          clear={() => {
            setOpen(false);
            change([]);
          }}
        />
      )}
    </span>
  );
}

/** The three dots and what they hide. */
export function Overflow({
  options,
  choose,
}: {
  options: Json[];
  choose: (option: Json) => void;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const holder = useClosing(() => setOpen(false));
  return (
    <span className="menu" ref={holder}>
      <button type="button" className="button" aria-label="More" onClick={() => setOpen(!open)}>
        ⋯
      </button>
      {open && (
        <span className="offer" role="listbox" ref={intoSight}>
          {options.map((each) => (
            <Choice
              key={each.value ?? each.text.text}
              option={each}
              chosen={false}
              choose={() => {
                setOpen(false);
                if (each.url) window.open(each.url, "_blank", "noopener,noreferrer");
                choose(each);
              }}
            />
          ))}
        </span>
      )}
    </span>
  );
}

function Offer({
  groups,
  ask,
  shortest,
  chosen,
  clearable,
  choose,
  clear,
}: MenuProps & { choose: (option: Json) => void; clear: () => void }): ReactNode {
  const [query, setQuery] = useState("");
  const [answered, setAnswered] = useState<Answer | null>(null);
  useEffect(() => {
    if (ask === undefined || query.length < shortest) return;
    let stale = false;
    const timer = window.setTimeout(async () => {
      const answer = await ask(query);
      if (!stale) setAnswered(answer);
    }, TYPING_MILLISECONDS);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
    // The menu asks anew only when something else is typed.
  }, [query]);
  const shownGroups = ask
    ? [{ options: answered?.options ?? [] }]
    : groups.map((each) => ({ ...each, options: fitting(each.options, query) }));
  const none = shownGroups.every((each) => each.options.length === 0);
  return (
    <span className="offer" ref={intoSight}>
      <input
        autoFocus
        placeholder="Search"
        aria-label="Search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {clearable && chosen.length > 0 && (
        <button type="button" className="choice quiet" onClick={clear}>
          Clear the selection
        </button>
      )}
      <span className="offer-list" role="listbox">
        {none && (
          <span className="quiet offer-none">
            {waiting(ask !== undefined, answered, query, shortest)}
          </span>
        )}
        {shownGroups.map((group: Json, index: number) => (
          <span key={group.label?.text ?? index} className="offer-group">
            {group.label && <small>{group.label.text}</small>}
            {group.options.map((each: Json) => (
              <Choice
                key={each.value ?? each.text.text}
                option={each}
                chosen={chosen.some((one) => one?.value === each.value)}
                choose={() => choose(each)}
              />
            ))}
          </span>
        ))}
      </span>
    </span>
  );
}

function Choice({
  option,
  chosen,
  choose,
}: {
  option: Json;
  chosen: boolean;
  choose: () => void;
}): ReactNode {
  return (
    <button type="button" role="option" aria-selected={chosen} className="choice" onClick={choose}>
      <span>
        {option.text.text}
        {option.description && <small>{option.description.text}</small>}
      </span>
      {chosen && <span aria-hidden="true">✓</span>}
    </button>
  );
}

function waiting(asks: boolean, answered: Answer | null, query: string, shortest: number): string {
  if (asks && query.length < shortest) return `Type at least ${shortest} characters`;
  if (asks && answered === null) return "Loading…";
  return answered?.error ?? "No results";
}

function fitting(options: Json[], query: string): Json[] {
  const wanted = query.toLowerCase();
  return options.filter((each) => each.text.text.toLowerCase().includes(wanted));
}

/** Below its button where there is room, else on the roomier side; never beyond the window. */
function intoSight(offer: HTMLSpanElement | null): void {
  const button = offer?.parentElement?.getBoundingClientRect();
  if (!offer || !button) return;
  const below = window.innerHeight - button.bottom - 2 * GAP_PIXELS;
  const above = button.top - 2 * GAP_PIXELS;
  const fits = below >= ROOM_PIXELS || below >= above;
  offer.style.top = fits ? `${button.bottom + GAP_PIXELS}px` : "auto";
  offer.style.bottom = fits ? "auto" : `${window.innerHeight - button.top + GAP_PIXELS}px`;
  offer.style.maxHeight = `${fits ? below : above}px`;
  offer.style.minWidth = `${Math.max(button.width, NARROWEST_PIXELS)}px`;
  offer.style.maxWidth = `${WIDEST_PIXELS}px`;
  const left = Math.min(button.left, window.innerWidth - offer.offsetWidth - GAP_PIXELS);
  offer.style.left = `${Math.max(GAP_PIXELS, left)}px`;
  // What is found later may be wider than what is shown now.
  const room = window.innerWidth - Math.max(GAP_PIXELS, left) - GAP_PIXELS;
  offer.style.maxWidth = `${Math.min(WIDEST_PIXELS, room)}px`;
}

/** Where a click elsewhere, or Escape, closes what is open within. */
function useClosing(close: () => void): React.RefObject<HTMLSpanElement | null> {
  const holder = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const click = (event: MouseEvent) => {
      if (!holder.current?.contains(event.target as Node)) close();
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || holder.current?.querySelector(".offer") === null) return;
      event.stopPropagation();
      close();
    };
    document.addEventListener("mousedown", click);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("mousedown", click);
      document.removeEventListener("keydown", escape);
    };
  });
  return holder;
}
