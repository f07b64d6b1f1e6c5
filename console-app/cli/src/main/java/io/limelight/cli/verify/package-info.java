/** {@code limelight verify}: evidence in files, appraised once. */
@NullMarked
package io.limelight.cli.verify;

import org.jspecify.annotations.NullMarked;
