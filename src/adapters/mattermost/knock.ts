/** A living server answers in some milliseconds. */
const ANSWER_MS = 1_000;

/**
 * Whether Mattermost answers at all: the one question that needs no account and costs nothing.
 * @param url `https://team.picasoft.net`, without a slash at the end
 */
export async function answersPing(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/api/v4/system/ping`, { signal: AbortSignal.timeout(ANSWER_MS) });
    await answer.body?.cancel();
    // Whoever limits the rate of questions is there.
    return answer.status < 500;
  } catch {
    return false;
  }
}
