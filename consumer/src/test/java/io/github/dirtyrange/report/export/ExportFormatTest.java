package io.github.dirtyrange.report.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExportFormatTest {

  @Test
  void theEndingSaysTheFormat() {
    assertThat(ExportFormat.of(Path.of("a", "b.pftrace"))).contains(ExportFormat.PERFETTO);
    assertThat(ExportFormat.of(Path.of("b.pb.gz"))).contains(ExportFormat.PPROF);
    assertThat(ExportFormat.of(Path.of("b.collapsed"))).contains(ExportFormat.COLLAPSED);
    assertThat(ExportFormat.of(Path.of("b.gz"))).isEmpty();
    assertThat(ExportFormat.of(Path.of("b.pftrace", "c"))).isEmpty();
    assertThat(ExportFormat.endings()).isEqualTo(".pftrace, .pb.gz, .collapsed");
  }
}
