/** What the hub's code asks of Node's Buffer where it runs in a bundle: bytes from text, joined, and back to text. */

class Bytes extends Uint8Array {
  override toString(encoding: "utf8" | "base64url" = "utf8"): string {
    if (encoding === "utf8") return new TextDecoder().decode(this);
    const binary = Array.from(this, (byte) => String.fromCharCode(byte)).join("");
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }
}

function fromText(text: string, encoding: "utf8" | "base64url"): Bytes {
  if (encoding === "utf8") return new Bytes(new TextEncoder().encode(text));
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new Bytes(Array.from(binary, (character) => character.charCodeAt(0)));
}

const portable = {
  from: (from: string | Iterable<number>, encoding: "utf8" | "base64url" = "utf8"): Bytes =>
    typeof from === "string" ? fromText(from, encoding) : new Bytes(from),
  concat: (parts: readonly Uint8Array[]): Bytes => new Bytes(parts.flatMap((part) => [...part])),
};

/** In every module of the bundle (esbuild's `inject`). */
export { portable as Buffer };
