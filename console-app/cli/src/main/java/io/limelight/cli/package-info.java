/** The command line: one picocli command for each program of the launcher. */
@NullMarked
package io.limelight.cli;

import org.jspecify.annotations.NullMarked;
