import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";
import type { Ignorer, NodePath } from "@stryker-mutator/api/ignore";

/**
 * Strings that only people read: the French and English texts of a table of facts (`fr`, `en`). Their wording decides
 * nothing, and a test of it would repeat the table. Every other string is mutated: ids of rules, codes, pointers, names.
 */
const languages = ["fr", "en"];

interface Node {
  type: string;
  key?: { name?: string };
}

const humanText: Ignorer = {
  shouldIgnore(path: NodePath): string | undefined {
    // Stryker leaves the type of Babel's paths open.
    const { node } = path as unknown as { node: Node };
    return node.type === "ObjectProperty" && languages.includes(node.key?.name ?? "")
      ? "the wording of a text for people"
      : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, "human-text", humanText)];
