/** A question that is being answered is answered once for everybody who asks it meanwhile: a flood of askers costs one look at a time. */
export function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask().finally(() => {
      answer = null;
    });
    return answer;
  };
}
