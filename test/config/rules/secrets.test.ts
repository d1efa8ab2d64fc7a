import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '#config/rules/secrets.ts';

describe('the secrets of a rule file', () => {
  it.each([
    ['es_password: hunter2\nindex: a\n', 'es_password: TAKEN-OUT\nindex: a\n'],
    [
      'index: a # hunter?\nslack_webhook_url:\n- https://hooks.example.org/hunter2\ntype: any\n',
      'index: a # hunter?\nslack_webhook_url: TAKEN-OUT\ntype: any\n',
    ],
    ['"es_api_key": |\n  hunter2\n  hunter2\ntype: any\n', '"es_api_key": TAKEN-OUT\ntype: any\n'],
    ['es_password: "hunter2\nhunter2"\ntype: any\n', 'es_password: TAKEN-OUT\ntype: any\n'],
    ['alert:\n- slack:\n    slack_webhook_url: hunter2\n- email\n', 'alert:\n- slack:\n    slack_webhook_url: TAKEN-OUT\n- email\n'],
    ['alert: [{slack: {slack_webhook_url: "hunter2"}}]\n', 'alert: [{slack: {slack_webhook_url: TAKEN-OUT}}]\n'],
    ['user: a\npassword: hunter2', 'user: a\npassword: TAKEN-OUT'],
  ])('%j are taken out, and nothing else', (text, expected) => {
    const { text: written, keys } = withoutSecrets(text);
    expect(written).toBe(expected);
    expect(keys).toHaveLength(1);
  });

  it('are no keys of documents', () => {
    const text = 'query_key: user\ncompare_key: a.b\naggregation_key: c\nfilter:\n- term: { event.token_id: 5 }\n';
    expect(withoutSecrets(text)).toEqual({ text, keys: [] });
  });
});
