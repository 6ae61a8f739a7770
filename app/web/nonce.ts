import { createContext, useContext } from 'react';

/** The nonce of this response's Content-Security-Policy. Browsers hide it, so on their side it is empty. */
export const NonceContext = createContext('');

export const useNonce = () => useContext(NonceContext);
