/** A variable of the environment with a value that cannot be used. */
export class EnvironmentError extends Error {
  constructor(name: string, value: string, allowed: string) {
    super(`${name} is ${JSON.stringify(value)}; ${allowed}.`);
    this.name = 'EnvironmentError';
  }
}
