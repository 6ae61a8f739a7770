import { z } from 'zod';
import type { MachineCall } from './call.ts';

export const documentCall: MachineCall = {
  id: 'readDocument',
  method: 'GET',
  path: '/api/v1/openapi.json',
  scope: null,
  summary: 'This document',
  description: 'The calls of this API, as OpenAPI 3.1. It needs no key.',
  answers: {
    200: {
      description: 'The document.',
      schema: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
    },
  },
  problems: [],
};
