package io.github.dirtyrange.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names. */
final class ManifestVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Main.class.getPackage().getImplementationVersion();
    return new String[] {
      "dirtyrange " + (version == null ? "unpackaged" : version), "Java " + Runtime.version()
    };
  }
}
