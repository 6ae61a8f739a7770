/**
 * Why Plainview does not start, in words for the operator. The process entry prints `message`, then
 * `whatToDo`, and exits; it prints no stack trace.
 */
export class StartRefusal extends Error {
  override name = 'StartRefusal';

  /**
   * @param code stable name of the reason, in camelCase, for tests and logs
   * @param message what is wrong, with the names and numbers that show it
   * @param whatToDo one or more ways out, as instructions
   */
  constructor(
    readonly code: string,
    message: string,
    readonly whatToDo: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
