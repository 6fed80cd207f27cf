import tseslint from "typescript-eslint";

// AssemblyScript is read as TypeScript; its numeric types make a few rules of TypeScript meaningless there.
export default tseslint.config({ ignores: ["build/", "node_modules/"] }, ...tseslint.configs.recommended, {
  files: ["assembly/**/*.ts", "npm/simulator/**/*.ts"],
  languageOptions: { parserOptions: { allowInvalidAST: true } }, // for its decorators
  rules: { "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
});
