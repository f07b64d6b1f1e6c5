/** {@code limelight policy}: reference values made from files. */
@NullMarked
package io.limelight.cli.policy;

import org.jspecify.annotations.NullMarked;
