import { clockRule } from '#app/clocks/rules.ts';
import { templateUses, type TemplateUse } from '#app/facility/templates.ts';
import { kindDefinition, type RequestKind } from './kinds/registry.ts';

/** What ready-made words can be for: the ends that a kind has, its extension where a rule of it has one, and a message. */
export function templateUsesOf(kind: RequestKind): TemplateUse[] {
  const { outcomes, rules, needsIdentity } = kindDefinition(kind);
  return templateUses.filter((use) => {
    if (use === 'message') return true;
    if (use === 'extension') return Object.values(rules).some((id) => clockRule(id).extension !== null);
    return (outcomes as readonly string[]).includes(use) || (use === 'denied' && needsIdentity);
  });
}
