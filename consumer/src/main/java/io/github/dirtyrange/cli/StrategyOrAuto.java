package io.github.dirtyrange.cli;

import io.github.dirtyrange.track.Strategy;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A strategy for a process that nobody knows the writes of.
 *
 * @param strategy the one that was named; none for {@code auto}
 */
record StrategyOrAuto(Optional<Strategy> strategy) {

  static final StrategyOrAuto AUTO = new StrategyOrAuto(Optional.empty());

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<StrategyOrAuto> {
    @Override
    public StrategyOrAuto convert(String name) {
      if (name.equals("auto")) {
        return AUTO;
      }
      Strategy strategy = new StrategyName().convert(name);
      if (strategy == Strategy.PERFECT) {
        throw new TypeConversionException("'perfect' must be told the pages, which nobody knows");
      }
      return new StrategyOrAuto(Optional.of(strategy));
    }
  }
}
