// What somebody has put into an open form, as long as the form has a place for it.

import type { Json, View } from "./protocol";

/** The fields that were touched, by block: its mark at that time, and what the field holds. */
export type Entered = Record<string, { mark: string; value: Json }>;

/** The same, with another value in one field. */
export function withValue(entered: Entered, view: View, block: Json, value: Json): Entered {
  return { ...entered, [block.block_id]: { mark: view.appeared[block.block_id] ?? "", value } };
}

/** What is left of it in the fields that the app still shows, and never took away meanwhile. */
export function stillThere(entered: Entered, view: View): Entered {
  const blocks = view.content.blocks as Json[];
  return Object.fromEntries(
    Object.entries(entered).filter(([name, { mark, value }]) => {
      const block = blocks.find((each) => each.block_id === name);
      return view.appeared[name] === mark && isOffered(block.element, value);
    }),
  );
}

/** What a field holds: entered here, else known to the local Slack, else undefined. */
export function heldIn(entered: Entered, view: View, block: Json): Json {
  const here = entered[block.block_id];
  return here ? here.value : knownValue(view.values[block.block_id]?.[block.element.action_id]);
}

/** Values as they are sent. Options go by value: a menu's search may have forgotten them. */
export function spoken(entered: Entered): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(entered).map(([name, { value }]) => [name, spokenValue(value)]),
  );
}

export function spokenValue(value: Json): Json {
  const one = (each: Json) => each?.value ?? each;
  return Array.isArray(value) ? value.map(one) : one(value);
}

function isOffered(element: Json, value: Json): boolean {
  if (element.type !== "static_select" || !value) return true;
  const groups: Json[] = element.option_groups ?? [{ options: element.options ?? [] }];
  return groups.some((group) => group.options.some((each: Json) => each.value === value.value));
}

function knownValue(held: Json): Json {
  if (!held) return undefined;
  if (held.files) return held.files.map((each: Json) => ({ value: each.id, name: each.name }));
  for (const name of ["selected_option", "selected_options", "value", "selected_date", "selected_time"])
    if (name in held) return held[name];
  return undefined;
}
