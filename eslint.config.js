import formatjs from 'eslint-plugin-formatjs';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const code = ['app/**/*.{ts,tsx}', 'emails/**/*.{ts,tsx}', 'prisma/**/*.ts', 'tests/**/*.ts', '*.config.ts'];
const pages = ['app/**/*.tsx', 'emails/**/*.tsx'];

const neverAnywhere = [
  {
    selector:
      'JSXAttribute[name.name="dangerouslySetInnerHTML"], Property[key.name="dangerouslySetInnerHTML"]',
    message: 'Markup is made by React alone: text of patients and vendors is never markup.',
  },
  {
    selector: 'MemberExpression[property.name=/^(\\$queryRawUnsafe|\\$executeRawUnsafe)$/]',
    message: 'Values go into SQL as parameters: $queryRaw or $executeRaw with a template.',
  },
  {
    selector: 'MemberExpression[object.name="Prisma"][property.name="raw"]',
    message: 'Values go into SQL as parameters: Prisma.sql with a template.',
  },
];

const clockIsAnArgument = [
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'Time is an argument here: take `now` or a Clock.',
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Time is an argument here: take `now` or a Clock.',
  },
];

// formatjs/no-literal-string-in-jsx without what has no letter in it: a dot or a colon between two words is no word.
const literalRule = formatjs.rules['no-literal-string-in-jsx'];
const hasLetter = (node) => {
  const texts =
    node.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.cooked) : [node.value ?? node.raw];
  return texts.some((text) => /\p{L}/u.test(String(text)));
};
const wordsPlugin = {
  rules: {
    'no-literal-words': {
      ...literalRule,
      create: (context) =>
        literalRule.create(
          Object.create(context, {
            report: { value: (finding) => hasLetter(finding.node) && context.report(finding) },
          }),
        ),
    },
  },
};

export default tseslint.config(
  {
    ignores: [
      'build/**',
      'node_modules/**',
      '.data/**',
      'app/db/generated/**',
      'test-results/**',
      'playwright-report/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: code,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: ['Response', 'TypedResponse', 'DataWithResponseInit'] },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Ports and worlds are objects of closures: none of them has a `this`.
      '@typescript-eslint/unbound-method': 'off',
      // `Promise<string | Refusal>` says what the strings mean.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // Adapters and tasks keep the shape they are called by, with nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...neverAnywhere],
    },
  },
  {
    files: pages,
    extends: [jsxA11y.flatConfigs.recommended],
    plugins: { 'react-hooks': reactHooks, words: wordsPlugin },
    rules: {
      // The two rules about hooks; the compiler's others take as long as the type check and have no compiler to serve here.
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // A table shown as cards loses its own roles, so they are spelt out; a table that scrolls sideways takes the focus for it.
      'jsx-a11y/no-interactive-element-to-noninteractive-role': [
        'error',
        { th: ['rowheader', 'columnheader'], td: ['cell'] },
      ],
      'jsx-a11y/no-noninteractive-tabindex': ['error', { roles: ['region'], tags: [] }],
      // Every word that a person reads is in app/words: a literal in a page exists in one language only.
      'words/no-literal-words': 'error',
    },
  },
  {
    files: ['app/**/*.{ts,tsx}'],
    ignores: ['app/{routes,server,jobs,web}/**', 'app/**/*.test.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', ...neverAnywhere, ...clockIsAnArgument] },
  },
  {
    // Vitest's matchers are `any`.
    files: ['**/*.test.{ts,tsx}', 'tests/support/**'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    // Programs that a person runs print to a terminal.
    files: ['tests/run.ts', 'tests/bench/**', 'prisma/make-migration.ts', 'tests/support/*.global.ts'],
    rules: { 'no-console': 'off' },
  },
);
