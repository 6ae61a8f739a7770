import { signingAlgorithms } from '#app/people/key-set.ts';
import { smartScopes } from '#app/people/smart-scopes.ts';
import { tokenPath } from './capability.ts';

/** What a program needs to know to get a token (SMART App Launch 2, `.well-known/smart-configuration`). */
export function smartConfiguration(origin: string) {
  return {
    token_endpoint: `${origin}${tokenPath}`,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: signingAlgorithms,
    grant_types_supported: ['client_credentials'],
    scopes_supported: smartScopes,
    capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
  };
}
