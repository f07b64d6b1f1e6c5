/** {@code limelight config}: what a program would be configured with, and where each value comes from. */
@NullMarked
package io.limelight.cli.config;

import org.jspecify.annotations.NullMarked;
