/** Evidence against reference values: pure functions from what came and what was known to a verdict and what is known next. */
@NullMarked
package io.limelight.core.appraisal;

import org.jspecify.annotations.NullMarked;
