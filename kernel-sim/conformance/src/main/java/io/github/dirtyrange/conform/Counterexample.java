package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.OneLine;

/**
 * The shortest program found on which the machines part, and how they do.
 *
 * @param index which of the generated programs it was shrunk from; -1 if it was given
 * @param program the program
 * @param mismatch where they part when it is run
 */
public record Counterexample(long index, Program program, Mismatch mismatch) {

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(ProgramText.print(program));
    text.append("# ").append(OneLine.of(mismatch.toString())).append('\n');
    return text.toString();
  }
}
