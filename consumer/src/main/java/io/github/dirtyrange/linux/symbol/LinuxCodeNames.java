package io.github.dirtyrange.linux.symbol;

import io.github.dirtyrange.kernel.CodeNames;
import io.github.dirtyrange.kernel.CodePlace;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of a process's code: of what it has mapped from files by their symbols, of what else may be
 * executed by the map that its JIT compiler writes for perf.
 */
public final class LinuxCodeNames implements CodeNames {

  private static final int MOST_PLACES = 1 << 16;

  private final ProcMaps maps;
  private final MappedFiles files;
  private final CompiledCode compiled;
  private final Long2ObjectOpenHashMap<CodePlace> places = new Long2ObjectOpenHashMap<>();
  private List<Vma> mappings = List.of();

  /** Names the code of a process. */
  public LinuxCodeNames(MemoryIdentity identity, ProcMaps maps) {
    this.maps = maps;
    files = new MappedFiles(identity);
    compiled = new CompiledCode(identity);
  }

  @Override
  public void look() {
    compiled.look();
    try {
      mappings = maps.read();
    } catch (KernelException e) {
      // It has ended, or runs another program: what is asked for is of before.
    }
    places.clear();
  }

  @Override
  public CodePlace at(long address) {
    CodePlace known = places.get(address);
    if (known != null) {
      return known;
    }
    Vma mapping = mappingOf(address);
    CodePlace unnamed = new CodePlace(address, "", mapping);
    CodePlace place = new CodePlace(address, function(unnamed), mapping);
    if (places.size() < MOST_PLACES) {
      places.put(address, place);
    }
    return place;
  }

  private String function(CodePlace place) {
    Vma mapping = place.mapping();
    if (mapping == null || !mapping.executable()) {
      return "";
    }
    String name = mapping.path().startsWith("/") ? files.name(mapping, place.fileOffset()) : "";
    return name.isEmpty() ? compiled.name(place.address()) : name;
  }

  private @Nullable Vma mappingOf(long address) {
    long vpn = Pages.vpn(address);
    int at = Vma.firstEndingAfter(mappings, vpn);
    return at < mappings.size() && mappings.get(at).holds(vpn) ? mappings.get(at) : null;
  }
}
