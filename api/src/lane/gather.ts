/**
 * Answers many questions with one query: what is asked while one round runs is answered by the next. As in the lane, no
 * timer waits for company.
 */
export function gather<Question, Answer>(
  answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  most: number,
): (question: Question) => Promise<Answer> {
  interface Asked {
    question: Question;
    resolve: (answer: Answer) => void;
    reject: (error: unknown) => void;
  }
  const waiting: Asked[] = [];
  let running = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (waiting.length > 0) await round(waiting.splice(0, most));
    running = false;
  }

  async function round(asked: readonly Asked[]): Promise<void> {
    try {
      const answers = await answer(asked.map(({ question }) => question));
      // One answer a question, in their order.
      asked.forEach(({ resolve }, index) => {
        resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      void run();
    });
}
