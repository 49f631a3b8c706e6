import vue from 'eslint-plugin-vue'
import { configs, parser } from 'typescript-eslint'

/** Which folders a folder may not import from; pages import entities, entities import shared, never sideways. */
function arrows(files, forbidden) {
  return {
    files,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: forbidden, message: 'pages import entities, entities import shared, never sideways' },
            { group: ['../*/../*', '../../*'], message: 'use the @/ path outside of the own folder' },
          ],
        },
      ],
    },
  }
}

export default [
  { ignores: ['node_modules/**', 'src/shared/api/schema.d.ts'] },
  ...configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser } },
  },
  {
    files: ['**/*.{ts,vue,js}'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/define-emits-declaration': ['error', 'type-based'],
      'vue/html-self-closing': ['error', { html: { void: 'always' } }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/multi-word-component-names': 'off',
      'max-lines': ['error', { max: 320, skipBlankLines: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  arrows(['src/shared/**'], ['@/entities/**', '@/pages/**', '@/app/**']),
  arrows(['src/entities/**'], ['@/entities/**', '@/pages/**', '@/app/**']),
  arrows(['src/window/**'], ['@/entities/**', '@/pages/**', '@/app/**']),
  arrows(['src/pages/**'], ['@/pages/**', '@/app/**']),
]
