package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Finds a profile by its name: a release, then quirks switched on or off. */
final class SimulatedProfile implements ITypeConverter<Profile> {

  @Override
  public Profile convert(String name) {
    try {
      return Profile.named(name);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }
}
