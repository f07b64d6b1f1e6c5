/** What tests of several modules share: a client without manners, certificates of every kind. */
@NullMarked
package io.limelight.core.testkit;

import org.jspecify.annotations.NullMarked;
