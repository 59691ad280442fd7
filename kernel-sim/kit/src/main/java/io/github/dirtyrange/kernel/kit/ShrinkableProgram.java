package io.github.dirtyrange.kernel.kit;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/**
 * A program that jqwik makes shorter by leaving out a step, and narrower by one that is.
 *
 * @param value the program
 * @param narrower what to try in the place of a step
 * @param width how far a step is from one that cannot be narrower
 * @param <T> its steps
 */
record ShrinkableProgram<T>(List<T> value, Function<T, List<T>> narrower, ToLongFunction<T> width)
    implements Shrinkable<List<T>> {

  @Override
  public Stream<Shrinkable<List<T>>> shrink() {
    return ProgramShrinker.candidates(value, narrower)
        .map(shorter -> new ShrinkableProgram<>(shorter, narrower, width));
  }

  @Override
  public ShrinkingDistance distance() {
    return ShrinkingDistance.of(value.size(), value.stream().mapToLong(width).sum());
  }
}
