// Stands in for node-emoji: the renderer's own list is asked at once, without the dictionary.

interface Options {
  fallback?: (name: string) => string;
}

export function emojify(text: string, { fallback }: Options = {}): string {
  return text.replace(/:([\w+-]+):/g, (whole, name: string) => {
    const found = fallback?.(name) ?? name;
    return found === name ? whole : found;
  });
}
