/** What Elasticsearch would refuse: the search's own fault, so it fails alone. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(reason: string, status = 400) {
    super(reason);
    this.status = status;
  }
}

/** What Elasticsearch can do and the lab can't: a test must hear of it, instead of being told that nothing was found. */
export class LabLimit extends Error {
  override readonly name = 'LabLimit';

  constructor(what: string) {
    super(`the lab's search does not know ${what}`);
  }
}
