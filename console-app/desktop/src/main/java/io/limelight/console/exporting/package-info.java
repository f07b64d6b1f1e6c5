/** What a page shows, written into a file: CSV, JSON, and a report as PDF. */
@NullMarked
package io.limelight.console.exporting;

import org.jspecify.annotations.NullMarked;
