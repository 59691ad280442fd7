package io.github.dirtyrange.cli;

import io.github.dirtyrange.track.Strategy;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Finds a strategy by the name that reports give it. */
final class StrategyName implements ITypeConverter<Strategy> {

  @Override
  public Strategy convert(String name) {
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy.label().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name));
  }

  private static TypeConversionException unknown(String name) {
    String known =
        Arrays.stream(Strategy.values()).map(Strategy::label).collect(Collectors.joining(", "));
    return new TypeConversionException("'" + name + "' is not a strategy; there are " + known);
  }
}
