// Everything that holds a value: texts, menus, dates, boxes to tick.

import type { ReactNode } from "react";
import { Menu, Overflow } from "./menu";
import { usePage } from "./context";
import { idsOf } from "./controls";
import { FileField } from "./files";
import type { Answer, Json, Place } from "./protocol";

// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element/#external_select
const SHORTEST_QUERY = 3;

export interface FieldProps {
  element: Json;
  block: Json;
  place: Place;
  value: Json;
  change: (value: Json) => void;
  /** What the field is called, where it is called anything. */
  label?: string;
  optional?: boolean;
}

export function isMenu(element: Json): boolean {
  return /select$/.test(element.type) || element.type === "overflow";
}

/** One field; `value` undefined means that nobody has touched it. */
export function Field(props: FieldProps): ReactNode {
  const { element } = props;
  if (element.type === "overflow")
    return <Overflow options={element.options} choose={props.change} />;
  if (/select$/.test(element.type)) return <SelectField {...props} />;
  if (element.type === "checkboxes" || element.type === "radio_buttons")
    return <Boxes {...props} />;
  if (element.type === "file_input") return <FileField {...props} />;
  return <TypedField {...props} />;
}

function SelectField(props: FieldProps): ReactNode {
  const { element, block, place, value, change, label, optional } = props;
  const { act, seen } = usePage();
  const several = element.type.startsWith("multi_");
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  const ask = (query: string): Promise<Answer> =>
    act({ do: "options", place, menu: idsOf(element, block), query });
  const people = Object.values(seen.people).filter(
    (each) => !each.is_bot && each.name !== "slackbot",
  );
  const rooms = Object.values(seen.channels).filter((each) => each.kind !== "im");
  const own: Record<string, Json[]> = {
    static: element.options ?? [],
    users: people.map((each) => option(each.name, `@${each.name}`)),
    channels: rooms.map((each) => option(each.name, `#${each.name}`)),
    conversations: rooms.map((each) => option(each.name, `#${each.name}`)),
  };
  return (
    <Menu
      label={label}
      placeholder={element.placeholder?.text ?? "Choose an option"}
      groups={element.option_groups ?? [{ options: own[kind] ?? [] }]}
      ask={kind === "external" ? ask : undefined}
      shortest={element.min_query_length ?? SHORTEST_QUERY}
      several={several}
      clearable={optional === true}
      chosen={chosenOf(value, initialOf(element, seen), own[kind] ?? [])}
      change={(options) => change(several ? options : (options[0] ?? null))}
    />
  );
}

function Boxes({ element, value, change }: FieldProps): ReactNode {
  const several = element.type === "checkboxes";
  const initial: Json[] = several
    ? (element.initial_options ?? [])
    : element.initial_option
      ? [element.initial_option]
      : [];
  const held: Json[] = value === undefined ? initial : several ? value : value ? [value] : [];
  const has = (each: Json) => held.some((one) => one.value === each.value);
  const toggle = (each: Json) => {
    if (!several) return change(each);
    change(has(each) ? held.filter((one) => one.value !== each.value) : [...held, each]);
  };
  return (
    <span className="boxes">
      {element.options.map((each: Json) => (
        <label key={each.value}>
          <input
            type={several ? "checkbox" : "radio"}
            checked={has(each)}
            onChange={() => toggle(each)}
          />
          <span>
            {each.text.text}
            {each.description && <small>{each.description.text}</small>}
          </span>
        </label>
      ))}
    </span>
  );
}

const INPUT_TYPES: Record<string, string> = {
  datepicker: "date",
  datetimepicker: "datetime-local",
  email_text_input: "email",
  number_input: "number",
  timepicker: "time",
  url_text_input: "url",
};

function TypedField({ element, value, change, label }: FieldProps): ReactNode {
  const initial =
    element.initial_value ??
    element.initial_date ??
    element.initial_time ??
    localTime(element.initial_date_time) ??
    "";
  const shown = value === undefined ? initial : (localTime(value) ?? value ?? "");
  if (element.type === "rich_text_input") {
    return <span className="quiet">({element.type} is not played here)</span>;
  }
  if (element.multiline) {
    return (
      <textarea
        rows={3}
        aria-label={label}
        value={shown}
        placeholder={element.placeholder?.text}
        maxLength={element.max_length}
        onChange={(event) => change(event.target.value)}
      />
    );
  }
  return (
    <input
      type={INPUT_TYPES[element.type] ?? "text"}
      aria-label={label}
      step={element.is_decimal_allowed ? "any" : undefined}
      min={element.min_value}
      max={element.max_value}
      value={shown}
      placeholder={element.placeholder?.text}
      maxLength={element.max_length}
      autoFocus={element.focus_on_load}
      onChange={(event) => change(spokenTime(element, event.target.value))}
    />
  );
}

function option(value: string, text: string): Json {
  return { value, text: { type: "plain_text", text } };
}

function initialOf(element: Json, seen: Json): Json[] {
  if (element.initial_options) return element.initial_options;
  if (element.initial_option) return [element.initial_option];
  const ids = element.initial_users ?? element.initial_channels ?? element.initial_conversations;
  const one = element.initial_user ?? element.initial_channel ?? element.initial_conversation;
  const named = (ids ?? (one ? [one] : [])) as string[];
  return named.map((id) => {
    const name = seen.people[id]?.name ?? seen.channels[id]?.name ?? id;
    return option(name, `${seen.people[id] ? "@" : "#"}${name}`);
  });
}

function chosenOf(value: Json, initial: Json[], options: Json[]): Json[] {
  if (value === undefined) return initial;
  const held = Array.isArray(value) ? value : value === null ? [] : [value];
  return held.map((each) => options.find((one) => one.value === each?.value) ?? each);
}

function localTime(seconds: Json): string | undefined {
  if (typeof seconds !== "number") return undefined;
  const moment = new Date(seconds * 1000);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function spokenTime(element: Json, text: string): Json {
  if (element.type !== "datetimepicker") return text;
  return text ? Math.floor(new Date(text).getTime() / 1000) : null;
}
