package io.github.dirtyrange.cli;

import io.github.dirtyrange.track.Strategy;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A strategy for a process that nobody knows the writes of.
 *
 * @param strategy the one that was named; none for {@code auto}
 */
record StrategyOrAuto(Optional<Strategy> strategy) {

  static final StrategyOrAuto AUTO = new StrategyOrAuto(Optional.empty());

  /** All that need not be told what was written. */
  private static final Set<Strategy> LIVE = EnumSet.complementOf(EnumSet.of(Strategy.PERFECT));

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<StrategyOrAuto> {
    @Override
    public StrategyOrAuto convert(String name) {
      if (name.equals("auto")) {
        return AUTO;
      }
      if (name.equals(Strategy.PERFECT.label())) {
        throw new TypeConversionException("'perfect' must be told the pages, which nobody knows");
      }
      Optional<Strategy> strategy = StrategyName.find(name);
      if (strategy.isEmpty()) {
        throw new TypeConversionException(
            "'" + name + "' is not a strategy; there are auto, " + StrategyName.list(LIVE));
      }
      return new StrategyOrAuto(strategy);
    }
  }
}
