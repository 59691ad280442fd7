package io.github.dirtyrange.cli;

import io.github.dirtyrange.track.Strategy;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Finds a strategy by the name that reports give it. */
final class StrategyName implements ITypeConverter<Strategy> {

  @Override
  public Strategy convert(String name) {
    return find(name).orElseThrow(() -> unknown(name));
  }

  /** {@return the strategy of that name, if there is one} */
  static Optional<Strategy> find(String name) {
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy.label().equals(name))
        .findFirst();
  }

  /** {@return the names of strategies, for a message} */
  static String list(Collection<Strategy> strategies) {
    return strategies.stream().map(Strategy::label).collect(Collectors.joining(", "));
  }

  private static TypeConversionException unknown(String name) {
    String known = list(List.of(Strategy.values()));
    return new TypeConversionException("'" + name + "' is not a strategy; there are " + known);
  }
}
