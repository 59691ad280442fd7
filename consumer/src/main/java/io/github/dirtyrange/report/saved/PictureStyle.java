package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.saved.PageClass;
import java.util.Locale;

/** How classes of pages look: by colour, and for who does not see colours, by pattern. */
final class PictureStyle {

  /** Patterns and colours for light backgrounds, and for dark ones. */
  static final String TEXT =
      """
      <defs>
      <pattern id="p-data" width="4" height="4" patternUnits="userSpaceOnUse">\
      <rect class="f-data" width="4" height="4"/></pattern>
      <pattern id="p-same" width="6" height="6" patternUnits="userSpaceOnUse">\
      <rect class="f-same" width="6" height="6"/><path class="l" d="M0 6L6 0"/></pattern>
      <pattern id="p-zero" width="6" height="6" patternUnits="userSpaceOnUse">\
      <rect class="f-zero" width="6" height="6"/><circle class="k" cx="3" cy="3" r="1"/></pattern>
      <pattern id="p-parent" width="6" height="6" patternUnits="userSpaceOnUse">\
      <rect class="f-parent" width="6" height="6"/></pattern>
      <pattern id="p-nothing" width="6" height="6" patternUnits="userSpaceOnUse">\
      <circle class="k" cx="3" cy="3" r="0.6"/></pattern>
      <pattern id="p-swapped" width="6" height="6" patternUnits="userSpaceOnUse">\
      <rect class="f-swapped" width="6" height="6"/><path class="l" d="M0 0L6 6"/></pattern>
      <pattern id="p-file" width="6" height="6" patternUnits="userSpaceOnUse">\
      <rect class="f-file" width="6" height="6"/><path class="l" d="M0 3H6"/></pattern>
      <pattern id="p-unread" width="6" height="6" patternUnits="userSpaceOnUse">\
      <rect class="f-unread" width="6" height="6"/><path class="l" d="M0 0L6 6M0 6L6 0"/></pattern>
      </defs>
      <style>
      text{font:14px sans-serif;fill:#24292f}
      .b{font-weight:bold}.s{font-size:13px;fill:#57606a}.a{font-size:10px;fill:#57606a}
      .l{stroke:#24292f;stroke-opacity:.6;fill:none}.k{fill:#57606a}
      .f-data{fill:#bc4c00}.f-same{fill:#d4a72c}.f-zero{fill:#eaeef2}.f-parent{fill:#b6d4f2}
      .f-swapped{fill:#8250df}.f-file{fill:#7fb58a}.f-unread{fill:#cf222e}
      .data{fill:url(#p-data)}.same{fill:url(#p-same)}.zero{fill:url(#p-zero)}
      .parent{fill:url(#p-parent)}.nothing{fill:url(#p-nothing)}.swapped{fill:url(#p-swapped)}
      .file{fill:url(#p-file)}.unread{fill:url(#p-unread)}
      @media (prefers-color-scheme:dark){
      text{fill:#e6edf3}.s,.a{fill:#9da7b1}.l{stroke:#e6edf3}.k{fill:#9da7b1}
      .f-data{fill:#f0883e}.f-same{fill:#bf8700}.f-zero{fill:#30363d}.f-parent{fill:#1f3f63}
      .f-swapped{fill:#a371f7}.f-file{fill:#2d6a3e}.f-unread{fill:#f85149}}
      </style>
      """;

  private PictureStyle() {}

  /** {@return what the style calls a class of pages} */
  static String name(PageClass pageClass) {
    return pageClass.name().toLowerCase(Locale.ROOT);
  }

  /** {@return what a class of pages is} */
  static String meaning(PageClass pageClass) {
    return switch (pageClass) {
      case DATA -> "data: stored in this generation";
      case PARENT -> "parent: unchanged since the parent";
      case SAME -> "same: equal to a page that is stored already";
      case ZERO -> "zero";
      case NOTHING -> "nothing: mapped, and nobody touched it";
      case SWAPPED -> "swapped: swapped out, and not read";
      case FILE -> "file: an unchanged page of a file";
      case UNREAD -> "unread: could not be read";
    };
  }
}
