/** What every command of the command line is given, and how it fails. */
@NullMarked
package io.limelight.cli.command;

import org.jspecify.annotations.NullMarked;
