"""Bodies that come and go, and cameras by any of their codes."""

from datetime import date

import pytest

from commandcenter.domain.hall import Hall
from commandcenter.domain.roster import Body, BodyLevel, Camera, Role

DEVICE = "99010110001326000001"
CHANNEL = "99010110001316000001"  # the same but for the type digits


def hall_with(*cameras):
    return Hall(name="大厅", code="1", cameras={camera.code: camera for camera in cameras})


@pytest.mark.parametrize(
    ("day", "active"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 8, 31), True),
        (date(2026, 9, 1), False),
    ],
)
def test_that_a_body_exists_on_its_first_and_on_its_last_day(day, active):
    body = Body(
        code="flood",
        name="防汛专班",
        level=BodyLevel.TOWNSHIP,
        active_from=date(2026, 3, 1),
        active_to=date(2026, 8, 31),
    )

    assert body.active(day) is active
    assert Body(code="office", name="党政办").active(day)


def test_that_there_are_the_thirteen_roles_of_the_hall_and_one_of_a_program():
    assert len(set(Role) - {Role.REPORT_IN_PAGE}) == 13


def test_that_a_camera_is_found_by_its_own_code_and_by_its_channels():
    camera = Camera(code=DEVICE, name="东门", channels=("channel-7",))
    hall = hall_with(camera)

    assert hall.camera_for(DEVICE) is camera
    assert hall.camera_for("channel-7") is camera
    assert hall.camera_for("channel-8") is None
    assert hall.camera_for("") is None


def test_that_a_channel_code_finds_the_device_it_differs_from_in_type_only():
    camera = Camera(code=DEVICE, name="东门")

    assert hall_with(camera).camera_for(CHANNEL) is camera
    assert hall_with(camera).camera_for(CHANNEL[:-1] + "2") is None


def test_that_a_channel_code_two_devices_could_own_finds_neither():
    first, second = Camera(code=DEVICE, name="东门"), Camera(code=CHANNEL, name="西门")
    hall = hall_with(first, second)

    assert hall.camera_for(CHANNEL) is second
    recorder = DEVICE[:10] + "118" + DEVICE[13:]
    assert hall.camera_for(recorder) is None


def test_that_a_stated_channel_goes_before_a_likeness():
    likely = Camera(code=DEVICE, name="东门")
    stated = Camera(code="box-1", name="西门", channels=(CHANNEL,))

    assert hall_with(likely, stated).camera_for(CHANNEL) is stated
