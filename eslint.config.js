import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** The directions of the house: route → action → domain, action → store → db. Each is refused here, not remembered. */

const time = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "The machine's time is read in clock.ts only.",
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "The machine's time is read in clock.ts only.",
  },
  {
    selector: "CallExpression[callee.object.name='performance'][callee.property.name='now']",
    message: "The machine's time is read in clock.ts only.",
  },
  {
    selector: "MemberExpression[object.name='Temporal'][property.name='Now']",
    message: "The machine's time is read in clock.ts only.",
  },
];
const randomness = [
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: "Randomness is drawn in ids.ts only.",
  },
  {
    selector: "CallExpression[callee.property.name=/^(randomUUID|randomBytes|getRandomValues|randomInt)$/]",
    message: "Randomness is drawn in ids.ts only.",
  },
  {
    selector: "ImportSpecifier[imported.name=/^(randomUUID|randomBytes|randomInt)$/]",
    message: "Randomness is drawn in ids.ts only.",
  },
];
const environment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: "The environment is read in config.ts (main.ts passes it).",
  },
];
const enums = [{ selector: "TSEnumDeclaration", message: "Unions of literals, not enums." }];

/** Imports a folder refuses, as regular expressions over the import's text. */
function refuses(files, ...patterns) {
  return {
    files,
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
    },
  };
}

const sql = ["^(postgres|drizzle-orm)(/|$)", "Only stores and db/ know SQL."];
const otherFeature = [
  "\\.\\./[a-z-]+/(routes|actions)\\.ts$",
  "A feature uses another's store and schema, never its routes or actions.",
];

export default tseslint.config(
  {
    ignores: [
      "**/dist/**",
      "**/node_modules/**",
      "**/.arrimage/**",
      "**/.turbo/**",
      "sdk/src/generated/**",
      "sdk/test/generated/**",
      "examples/*/oracle/**",
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // Drizzle's queries are thenables that run only when awaited: one that floats never runs.
      "@typescript-eslint/no-floating-promises": ["error", { checkThenables: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/restrict-template-expressions": "error",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  {
    files: ["api/src/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: { "no-restricted-syntax": ["error", ...time, ...randomness, ...environment, ...enums] },
  },
  {
    files: ["api/src/clock.ts"],
    rules: { "no-restricted-syntax": ["error", ...randomness, ...environment, ...enums] },
  },
  { files: ["api/src/ids.ts"], rules: { "no-restricted-syntax": ["error", ...time, ...environment, ...enums] } },
  {
    files: ["api/src/config.ts", "api/src/main.ts"],
    rules: { "no-restricted-syntax": ["error", ...time, ...randomness, ...enums] },
  },
  refuses(["api/src/domain/**/*.ts"], ["^(?!\\./)", "The domain imports only the domain."]),
  refuses(["api/src/domain/webhook-address.ts"], ["^(?!\\./|ipaddr\\.js$)", "Kinds of addresses, and the domain."]),
  refuses(["api/src/domain/time.ts"], ["^(?!\\./|temporal-polyfill$)", "Temporal, and the domain."]),
  refuses(
    ["api/src/features/*/actions.ts", "api/src/lane/**/*.ts"],
    sql,
    ["^(hono|@hono)(/|$)", "Actions know nothing of HTTP."],
    otherFeature,
    ["/routes\\.ts$", "Actions know nothing of routes."],
  ),
  refuses(
    ["api/src/features/*/store.ts"],
    ["^(hono|@hono)(/|$)|/http/", "Stores know nothing of HTTP."],
    otherFeature,
    ["/actions\\.ts$", "A store decides nothing and calls no action."],
  ),
  refuses(["api/src/features/*/routes.ts"], sql, otherFeature, [
    "/(db|domain)/(?!decision|actor|problems)|/store\\.ts$",
    "Routes call actions; the domain is for actions to ask.",
  ]),
  refuses(
    ["examples/oscar-bridge/src/!(hub-process).ts"],
    ["^@arrimage/api(/|$)|/api/", "The bridge speaks to the hub through the SDK; only hub-process.ts starts one."],
  ),
);
